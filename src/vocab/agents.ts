/** What an agent's operator does with the pages (signals catalogue §2.1). */
export type AgentClass =
  | 'train'
  | 'control-only'
  | 'search'
  | 'user-fetch'
  | 'data-provider'
  | 'coding-agent'
  | 'undocumented'
  /** The `*` group, heard by policies that pin it by name. */
  | 'everyone';

export interface Agent {
  /** As its operator writes it. */
  readonly token: string;
  readonly operator: string;
  readonly class: AgentClass;
  /** Where the class was read, and when. */
  readonly source: string;
  readonly since: string;
}

export interface AgentList {
  readonly version: string;
  readonly agents: readonly Agent[];
}
