import { expect, test } from 'vitest';
import { addressGroup, createAdmission, createSeats, domainGroup } from '../../../src/http/index.ts';

const url = new URL('https://a.example/');

/** An admission that waits for a name until it is told. */
function setUp(stop: AbortSignal) {
  const name = Promise.withResolvers<string | undefined>();
  const seats = createSeats({ limitOf: () => 1 });
  const book = { machineOf: () => name.promise, knownMachine: () => undefined, lookup: async () => [], close: () => {} };
  const admit = createAdmission({
    ...{ seats, book, quietUntilMs: () => undefined, now: () => performance.now(), stop },
    groupsOf: ({ hostname }, machine) => [domainGroup(hostname), ...(machine === undefined ? [] : [addressGroup(machine)])],
  });
  return { admit, seats, found: () => name.resolve('192.0.2.1') };
}

test.each(['the request', 'the run'] as const)(
  'where %s is given up while a name is looked up, nothing is asked and no seat is kept',
  async who => {
    const [request, run] = [new AbortController(), new AbortController()];
    const { admit, seats, found } = setUp(run.signal);
    const admitted = admit(url, request.signal);
    (who === 'the run' ? run : request).abort(new Error(`${who} is over`));
    found();
    await expect(admitted).rejects.toThrow(`${who} is over`);
    expect(seats.full(['domain a.example', 'address 192.0.2.1'])).toBeUndefined();
  },
);
