export { type Door, type DoorOptions, openDoor, type Page, type Route } from './door.ts';
export { exposition, type Metric } from './exposition.ts';
export { type MetricsServer, serveMetrics } from './metrics.ts';
export {
  createSchedule,
  type JobEnd,
  type RunningJob,
  type Schedule,
  type ScheduleEvent,
} from './schedule.ts';
export { type JobOutcome, type JobResult, type JobState, readScheduleState, type ScheduleState } from './schedule-state.ts';
export { parseTimetable, type Timetable } from './timetable.ts';
