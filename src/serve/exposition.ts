/** Numbers as Prometheus reads them. */
import { Counter, Gauge, Registry } from 'prom-client';

export interface Metric {
  /** `heed_requests_by_status_total`; letters, digits and underscores. */
  readonly name: string;
  readonly kind: 'counter' | 'gauge';
  readonly help: string;
  /** Of a family; each of its members is a value of this label. */
  readonly label?: string;
  /** Value by member; of a single number under the empty name. */
  readonly values: ReadonlyMap<string, number>;
}

/** Prometheus text, and its media type. */
export async function exposition(metrics: readonly Metric[]): Promise<{ readonly text: string; readonly type: string }> {
  const registry = new Registry();
  for (const { name, kind, help, label, values } of metrics) {
    const options = { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
    const metric = kind === 'counter' ? new Counter(options) : new Gauge(options);
    for (const [member, value] of values) {
      if (label === undefined) metric.inc(value);
      else metric.inc({ [label]: member }, value);
    }
  }
  return { text: await registry.metrics(), type: registry.contentType };
}
