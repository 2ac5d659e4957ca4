/** The steps of a timeline, in the order a URL usually takes them. */
export const traceSteps = {
  offered: 'it was found, and is queued or refused by name',
  known: 'it was found again; it had been offered before',
  declared: 'what its origin declares is known',
  chosen: 'its turn has come',
  requested: 'the request was handed to the connection of its origin',
  answered: 'the header section is here, and what the gate decided on it',
  received: 'the request is over',
  judged: 'the verdicts, with what determined them',
  requeued: 'it is asked again later',
  staged: 'its row waits for the next commit',
  committed: 'its row is on the disk',
  unreached: 'how it stands at the end of the run without having been written',
} as const;

export type TraceStep = keyof typeof traceSteps;
