export { type Metric, type MetricsServer, serveMetrics } from './metrics.ts';
