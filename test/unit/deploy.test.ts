import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments, parse as parseYaml } from 'yaml';
import { serveTable } from '../../src/cli/serve/numbers.ts';
import { metricsOf } from '../../src/cli/talk/observe.ts';
import { type Statistic, statisticsTable } from '../../src/crawl/index.ts';
import { parseTimetable } from '../../src/serve/index.ts';
import { readSettings } from '../../src/settings/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const deploy = join(root, 'config/deploy');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const dockerfile = read('Dockerfile');

/** Lines of the Dockerfile as Docker reads them: without comments, continued ones joined. */
const instructions = dockerfile
  .replace(/^\s*#.*\n/gm, '')
  .replace(/\\\n/g, ' ')
  .split('\n')
  .map(line => line.trim())
  .filter(line => line !== '');
const stages = instructions.reduce<{ name: string; from: string; lines: string[] }[]>((all, line) => {
  const [, from, name] = /^FROM (\S+) AS (\S+)$/.exec(line) ?? [];
  if (from !== undefined && name !== undefined) all.push({ name, from, lines: [] });
  else all.at(-1)?.lines.push(line);
  return all;
}, []);
const stage = (name: string) => stages.find(found => found.name === name)!;

describe('the image', () => {
  test('has a base that is given as an argument, one for all stages', () => {
    expect(instructions[0]).toBe('ARG BASE=node:24-slim');
    expect(stages.map(({ from }) => from.replace(/\W/g, ''))).toEqual(['BASE', 'BASE', 'BASE', 'runtime', 'runtime']);
  });

  test('comes without a browser unless asked for, since the last stage is the default', () => {
    expect(stages.at(-1)?.name).toBe('heed');
    expect(stage('with-browser').lines.some(line => line.includes('chromium'))).toBe(true);
    expect(stage('runtime').lines.join('\n')).not.toMatch(/chromium|apt-get/);
  });

  test.each(['runtime', 'with-browser'])('%s ends as a user that is a number and not root', name => {
    const users = stage(name).lines.filter(line => line.startsWith('USER '));
    expect(users.at(-1)).toMatch(/^USER [1-9]\d*:[1-9]\d*$/);
  });

  test('holds what runs only: no development dependency, no installer, no script of a package is run', () => {
    expect(stage('modules').lines.some(line => line.includes('npm ci --omit=dev --ignore-scripts'))).toBe(true);
    for (const { lines } of stages)
      for (const line of lines.filter(line => line.includes('npm ci'))) expect(line).toContain('--ignore-scripts');
    expect(stage('runtime').lines.some(line => /^RUN rm -rf .*\/npm/.test(line))).toBe(true);
    expect(stage('runtime').lines.filter(line => line.startsWith('COPY --from=build'))).toEqual([
      'COPY --from=build /app/dist ./dist',
    ]);
  });

  test('is asked for its health by a script of ours, stopped by SIGTERM, and writes to one volume', () => {
    const { lines } = stage('runtime');
    expect(lines.find(line => line.startsWith('HEALTHCHECK'))).toMatch(
      /CMD \["node", "\/app\/config\/deploy\/healthcheck\.js"\]$/,
    );
    expect(lines).toContain('STOPSIGNAL SIGTERM');
    expect(lines.filter(line => line.startsWith('VOLUME'))).toEqual(['VOLUME /data']);
    expect(dockerfile).not.toMatch(/curl|wget|sudo|:latest|ADD /);
  });

  test('says what it is', () => {
    const labels = stage('runtime').lines.find(line => line.startsWith('LABEL')) ?? '';
    for (const label of ['title', 'description', 'licenses', 'version', 'revision', 'created'])
      expect(labels).toContain(`org.opencontainers.image.${label}=`);
    const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };
    expect(stage('runtime').lines).toContain(`ARG VERSION=${version}`);
    expect(labels).toContain(`licenses="${license}"`);
  });

  test('starts a command that exists, with flags it knows', async () => {
    const command = JSON.parse((stage('runtime').lines.find(line => line.startsWith('CMD')) ?? '').slice(4)) as string[];
    const { serveCommand } = await import('../../src/cli/commands/serve.ts');
    const flags = serveCommand({ code: 0 }).options.map(({ long }) => long);
    expect(command[0]).toBe('serve');
    for (const flag of command.filter(word => word.startsWith('--'))) expect(flags).toContain(flag);
  });

  test('is made of nothing but what the Dockerfile copies: everything else stays outside the context', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter(line => line !== '' && !line.startsWith('#'));
    expect(rules[0]).toBe('*');
    const allowed = rules.filter(rule => rule.startsWith('!')).map(rule => rule.slice(1));
    const copied = stages.flatMap(({ lines }) =>
      lines.flatMap(line => (/^COPY (?!--from)(.*)$/.exec(line)?.[1] ?? '').split(' ').filter(Boolean).slice(0, -1)),
    );
    for (const path of copied) expect(allowed.some(rule => path === rule || path.startsWith(`${rule}/`))).toBe(true);
    for (const rule of allowed) expect(copied.some(path => path === rule || path.startsWith(`${rule}/`))).toBe(true);
  });
});

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: its schema is what is asked below
  readonly spec: any;
  readonly data?: Readonly<Record<string, string>>;
}

const manifests = readdirSync(join(deploy, 'kubernetes')).flatMap(file =>
  parseAllDocuments(read(`config/deploy/kubernetes/${file}`)).map(document => {
    expect(document.errors).toEqual([]);
    return { file, manifest: document.toJS() as Manifest };
  }),
);
const named = (kind: string): Manifest[] =>
  manifests.filter(({ manifest }) => manifest.kind === kind).map(({ manifest }) => manifest);
// biome-ignore lint/suspicious/noExplicitAny: as above
const pods: [string, any][] = [
  ...named('Deployment').map(({ metadata, spec }): [string, unknown] => [metadata.name, spec.template.spec]),
  ...named('CronJob').map(({ metadata, spec }): [string, unknown] => [metadata.name, spec.jobTemplate.spec.template.spec]),
];

const groups: Readonly<Record<string, () => Promise<unknown>>> = {
  v1: () => import('kubernetes-models/v1'),
  'apps/v1': () => import('kubernetes-models/apps/v1'),
  'batch/v1': () => import('kubernetes-models/batch/v1'),
  'networking.k8s.io/v1': () => import('kubernetes-models/networking.k8s.io/v1'),
};

/** As the API server would judge it. */
async function validate({ apiVersion, kind, ...rest }: Manifest): Promise<void> {
  const group = (await groups[apiVersion]?.()) as Record<string, new (data: unknown) => { validate(): void }> | undefined;
  const Model = group?.[kind];
  if (!Model) throw new Error(`there is no ${kind} in ${apiVersion}`);
  new Model({ apiVersion, kind, ...rest }).validate();
}

/** Names of the members of every shape in the API groups that are used here. */
const apiKeys: ReadonlySet<string> = new Set(
  ['kubernetes-models/apps/v1', 'kubernetes-models/batch/v1', 'kubernetes-models/networking.k8s.io/v1', 'kubernetes-models/v1']
    .concat('@kubernetes-models/apimachinery/apis/meta/v1')
    .flatMap(folder => {
      const path = join(root, 'node_modules', folder);
      return readdirSync(path)
        .filter(file => file.endsWith('.d.ts'))
        .flatMap(file => [...readFileSync(join(path, file), 'utf8').matchAll(/^\s*"(\w+)"\??:/gm)].map(([, key = '']) => key));
    }),
);

/** Keys of a manifest; those of maps, whose keys are free, left out. */
function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    // Those of a selector are labels, with a prefix.
    ...(key.includes('/') ? [] : [key]),
    ...(['labels', 'matchLabels', 'limits', 'requests', 'data'].includes(key) ? [] : keysOf(inner)),
  ]);
}

describe('Kubernetes', () => {
  test.each(manifests.map(({ file, manifest }) => [file, manifest.kind, manifest.metadata.name, manifest] as const))(
    '%s: %s %s is as the API has it',
    async (_file, _kind, _name, manifest) => {
      await validate(manifest);
    },
  );

  test('a value that the API does not know is refused, so that the test above says something', async () => {
    const [job] = named('CronJob');
    await expect(validate({ ...job!, spec: { ...job!.spec, concurrencyPolicy: 'Never' } })).rejects.toThrow(/concurrencyPolicy/);
    await expect(validate({ ...job!, spec: { ...job!.spec, schedule: undefined } })).rejects.toThrow(/schedule/);
  });

  test('every key is one that the API knows; the models above pass over others', () => {
    for (const { manifest } of manifests) for (const key of keysOf(manifest)) expect(apiKeys).toContain(key);
    expect(apiKeys).not.toContain('readOnlyRootFilesytem');
  });

  test.each(pods)(
    '%s runs as a number that is not root, on a root it cannot write to, without capabilities or a token of the cluster',
    (_name, pod) => {
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.automountServiceAccountToken).toBe(false);
      for (const { securityContext, resources } of pod.containers) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources.limits.memory).toBeDefined();
      }
      const written = pod.containers.flatMap((container: { volumeMounts: { mountPath: string; readOnly?: boolean }[] }) =>
        container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ mountPath }) => mountPath),
      );
      expect(written).toEqual(['/data', '/tmp']);
    },
  );

  test.each(pods)('%s is given longer to end than heed takes', (_name, pod) => {
    const { config } = readSettings({ flags: {}, environment: {} });
    expect(pod.terminationGracePeriodSeconds * 1_000).toBeGreaterThan(config.grace + 4_000 + 5_000);
  });

  test.each(pods)('%s asks heed for a command and flags that it knows', async (_name, pod) => {
    const { crawlCommand } = await import('../../src/cli/commands/crawl.ts');
    const { compactCommand } = await import('../../src/cli/commands/compact.ts');
    const { recheckCommand } = await import('../../src/cli/commands/recheck.ts');
    const { serveCommand } = await import('../../src/cli/commands/serve.ts');
    const known = [crawlCommand, compactCommand, recheckCommand, serveCommand].map(make => make({ code: 0 }));
    const [{ args }] = pod.containers as [{ args: string[] }];
    const command = known.find(found => found.name() === args[0]);
    const flags = command?.options.map(({ long }) => long) ?? [];
    expect([args[0], command !== undefined]).toEqual([args[0], true]);
    for (const flag of args.filter(word => word.startsWith('--')))
      expect([args[0], flags.includes(flag), flag]).toEqual([args[0], true, flag]);
  });

  test('one pod at a time works on the dataset', () => {
    expect(named('Deployment')[0]?.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
    for (const { spec } of named('CronJob')) expect(spec.concurrencyPolicy).toBe('Forbid');
    expect(named('PersistentVolumeClaim')[0]?.spec.accessModes).toEqual(['ReadWriteOncePod']);
  });

  test.each([
    ...['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '127.0.0.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
    ...['::1', 'fe80::1', 'fd00::1', 'fc00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', 'ff02::1', '2001:db8::1', '2002:a00:1::'],
  ])('the network policy lets nobody ask %s', address => {
    expect(isOpen(address)).toBe(false);
  });

  test.each([
    '93.184.215.14',
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '2606:2800:21f:cb07:6820:80da:af6b:8b2c',
    '2a00:1450:4001:81d::200e',
  ])('it lets the public web be asked: %s', address => {
    expect(isOpen(address)).toBe(true);
  });

  test('it holds for every pod of ours, both ways, and opens web ports and the names of the cluster only', () => {
    const [policy] = named('NetworkPolicy');
    expect(policy?.spec.policyTypes).toEqual(['Ingress', 'Egress']);
    const selector = policy?.spec.podSelector.matchLabels;
    for (const { spec } of named('Deployment')) expect(spec.template.metadata.labels).toMatchObject(selector);
    for (const { spec } of named('CronJob')) expect(spec.jobTemplate.spec.template.metadata.labels).toMatchObject(selector);
    const [names, web] = policy?.spec.egress ?? [];
    expect(names.ports.map(({ port }: { port: number }) => port)).toEqual([53, 53]);
    expect(names.to[0].ipBlock).toBeUndefined();
    expect(web.ports).toEqual([
      { protocol: 'TCP', port: 80 },
      { protocol: 'TCP', port: 443 },
    ]);
  });
});

/** Whether an address may be asked by the rules of the network policy. */
function isOpen(text: string): boolean {
  const address = ipaddr.parse(text);
  const isIn = (cidr: string): boolean => {
    const [range, bits] = ipaddr.parseCIDR(cidr);
    return range.kind() === address.kind() && address.match(range, bits);
  };
  const blocks = named('NetworkPolicy').flatMap(({ spec }) =>
    spec.egress.flatMap(({ to }: { to: { ipBlock?: { cidr: string; except?: string[] } }[] }) =>
      to.flatMap(({ ipBlock }) => ipBlock ?? []),
    ),
  ) as { cidr: string; except?: string[] }[];
  return blocks.some(({ cidr, except = [] }) => isIn(cidr) && !except.some(isIn));
}

describe('compose', () => {
  const { services, volumes, secrets } = parseYaml(read('config/deploy/compose.yaml'));
  const { heed } = services;

  test('the service cannot write but to its volume, cannot become more than it is, and is reached from this machine only', () => {
    expect(heed).toMatchObject({
      read_only: true,
      user: '65532:65532',
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      init: true,
    });
    expect(heed.ports).toEqual(['127.0.0.1:9465:9465']);
    expect(heed.volumes.filter((mount: string) => !mount.endsWith(':ro'))).toEqual(['data:/data']);
  });

  test('every volume, secret and stage it names exists', () => {
    expect(Object.keys(volumes)).toEqual(['data']);
    expect(heed.secrets).toEqual(Object.keys(secrets));
    expect(stages.map(({ name }) => name)).toContain(heed.build.target);
  });

  test('it is given longer to end than heed takes', () => {
    expect(Number.parseInt(heed.stop_grace_period, 10) * 1_000).toBeGreaterThan(25_000 + 4_000);
  });
});

describe('the configuration that is deployed', () => {
  const inCluster = named('ConfigMap')[0]?.data?.['heed.yaml'] ?? '';

  test('is one, for compose and the cluster', () => {
    expect(parseYaml(inCluster)).toEqual(parseYaml(read('config/deploy/heed.yaml')));
  });

  test('is valid, and every job of it has a timetable that comes', () => {
    const { config } = readSettings({ flags: {}, environment: {}, file: join(deploy, 'heed.yaml') });
    expect(Object.keys(config.schedule ?? {}).sort()).toEqual(['compact', 'crawl', 'recheck', 'report']);
    for (const [job, text] of Object.entries(config.schedule ?? {})) expect(() => parseTimetable(job, text)).not.toThrow();
  });
});

/** Every metric there is: its name, and of a family the label and its values. */
const tables: readonly Statistic[] = [...statisticsTable, ...serveTable];
const metrics = new Map(
  metricsOf(
    tables,
    Object.fromEntries(
      tables.flatMap(({ key, family }) => (family ? family.members.map(member => [key.replace('*', member), 1]) : [[key, 1]])),
    ),
  ).map(metric => [metric.name, metric]),
);

/** A metric named in PromQL, with the matchers on its labels. */
interface Named {
  readonly name: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** @throws where it is no PromQL */
function namedIn(expression: string): Named[] {
  const found: Named[] = [];
  parser.parse(expression).iterate({
    enter: node => {
      if (node.type.isError) throw new Error(`no PromQL at ${node.from}: ${expression}`);
      if (node.name !== 'VectorSelector') return;
      const text = expression.slice(node.from, node.to);
      const matchers = [...text.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)];
      found.push({
        name: /^[\w:]+/.exec(text)?.[0] ?? '',
        matchers: matchers.map(([, label = '', operator = '', value = '']) => ({ label, operator, value })),
      });
    },
  });
  return found;
}

const alerts = (
  parseYaml(read('config/deploy/alerts.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[];
  }
).groups.flatMap(({ rules }) => rules);
const grafana = JSON.parse(read('config/deploy/grafana-dashboard.json')) as {
  panels: {
    id: number;
    title: string;
    gridPos: { x: number; y: number; w: number; h: number };
    targets: { expr: string; legendFormat: string }[];
  }[];
};
const expressions: [string, string][] = [
  ...alerts.map(({ alert, expr }): [string, string] => [alert, expr]),
  ...grafana.panels.flatMap(({ title, targets }) => targets.map(({ expr }): [string, string] => [title, expr])),
];

describe('alerts and Grafana', () => {
  test.each(expressions)('%s: every metric of `%s` exists, with its labels and their values', (_where, expression) => {
    const all = namedIn(expression);
    expect(all.length).toBeGreaterThan(0);
    for (const { name, matchers } of all) {
      // Prometheus makes `up` itself.
      if (name === 'up') continue;
      const metric = metrics.get(name);
      expect([name, metric !== undefined]).toEqual([name, true]);
      for (const { label, value } of matchers) {
        expect([name, metric?.label]).toEqual([name, label]);
        expect([...(metric?.values.keys() ?? [])]).toContain(value);
      }
    }
  });

  test.each(expressions)('%s: `%s` takes the rate of counters only, and of every counter it shows', (_where, expression) => {
    for (const [, name = ''] of expression.matchAll(/(?:rate|increase)\((\w+)/g))
      expect([name, metrics.get(name)?.kind]).toEqual([name, 'counter']);
  });

  test('a metric that does not exist, and what is no PromQL, would be found', () => {
    expect(metrics.has('heed_pages_keptt')).toBe(false);
    expect(() => namedIn('rate(heed_pages_kept[5m')).toThrow('no PromQL');
    expect(namedIn('time() - heed_a{job="x"} > 3 and heed_b')).toEqual([
      { name: 'heed_a', matchers: [{ label: 'job', operator: '=', value: 'x' }] },
      { name: 'heed_b', matchers: [] },
    ]);
  });

  test.each(alerts.map(({ alert, annotations }) => [alert, annotations] as const))(
    '%s names only labels that its metric has',
    (alert, annotations) => {
      const [first] = namedIn(alerts.find(rule => rule.alert === alert)?.expr ?? '');
      for (const [, label] of Object.values(annotations)
        .join(' ')
        .matchAll(/\$labels\.(\w+)/g))
        expect(metrics.get(first?.name ?? '')?.label).toBe(label);
    },
  );

  test('panels do not lie on each other, and their legends name labels that are there', () => {
    const cells = grafana.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)},${y + Math.floor(n / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    for (const { targets } of grafana.panels)
      for (const { expr, legendFormat } of targets)
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
          expect(metrics.get(namedIn(expr)[0]?.name ?? '')?.label).toBe(label);
  });
});
