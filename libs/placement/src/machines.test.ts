import { AppError } from '@liaison/kernel';

interface Deciding<State, Command, Event> {
  readonly decide: (state: State | undefined, command: Command) => Event;
  readonly evolve: (state: State | undefined, event: Event) => State;
}

/** What has become of nothing after these commands. */
export function after<State, Command, Event>(
  { decide, evolve }: Deciding<State, Command, Event>,
  commands: readonly Command[],
): State | undefined {
  return commands.reduce<State | undefined>((state, each) => evolve(state, decide(state, each)), undefined);
}

/** Every state on the way, with the one before it; commands that are refused change nothing. */
export function walk<State, Command, Event>(
  { decide, evolve }: Deciding<State, Command, Event>,
  commands: readonly Command[],
): readonly { readonly before: State | undefined; readonly command: Command; readonly now: State }[] {
  const steps: { before: State | undefined; command: Command; now: State }[] = [];
  for (const command of commands) {
    const before = steps.at(-1)?.now;
    try {
      steps.push({ before, command, now: evolve(before, decide(before, command)) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }
  return steps;
}

export const refusal = (code: string) => expect.objectContaining({ code }) as AppError;
