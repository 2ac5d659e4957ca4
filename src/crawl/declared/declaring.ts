import PQueue from 'p-queue';
import type { Task } from '../../frontier/index.ts';
import type { OriginKey } from '../../vocab/index.ts';
import { endsTheRun } from '../watch/fault.ts';
import type { Declarations, OriginDeclarations } from './declarations.ts';

export interface DeclaringContext {
  readonly declarations: Declarations;
  /** Origins whose declarations are fetched at the same time. */
  readonly concurrency: number;
  readonly stopping: AbortSignal;
  readonly onDeclared: (declared: OriginDeclarations, depth: number) => void;
  /** The origin's last request is over. */
  readonly rest: (origin: OriginKey) => void;
  /** A failure that ends the run. */
  readonly fail: (error: unknown) => void;
}

/** Fetches what origins declare, ahead of their pages. */
export interface Declaring {
  /** The origin stays busy until its declarations are there; its pages come after, with their pause. @param leave called at the end */
  begin(task: Task, leave: () => void): void;
  /** The fault of ours for which an origin's declarations could not be read. */
  faultOf(origin: OriginKey): { readonly error: unknown } | undefined;
  /** Forgets what waits, and ends with what is under way. */
  end(): Promise<void>;
}

export function createDeclaring(context: DeclaringContext): Declaring {
  const { declarations, concurrency, stopping, onDeclared, rest, fail } = context;
  const queue = new PQueue({ concurrency });
  const broken = new Map<OriginKey, { readonly error: unknown }>();

  const declare = async ({ origin, depth }: Task, leave: () => void): Promise<void> => {
    try {
      onDeclared(await declarations.of(origin), depth);
    } catch (error) {
      if (stopping.aborted) return;
      if (endsTheRun(error)) fail(error);
      else broken.set(origin, { error });
    } finally {
      rest(origin);
      leave();
    }
  };

  return {
    begin: (task, leave) => void queue.add(() => declare(task, leave)),
    faultOf: origin => broken.get(origin),
    async end() {
      queue.clear();
      await queue.onIdle();
    },
  };
}
