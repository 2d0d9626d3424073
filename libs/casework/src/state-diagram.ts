import { AppError } from '@liaison/kernel';

/** A pure `decide`/`evolve` pair with one example of each command, so that what it allows can be drawn. */
export interface Machine<State, Command, Event> {
  readonly decide: (state: State | undefined, command: Command) => Event;
  readonly evolve: (state: State | undefined, event: Event) => State;
  /** The name of a state in the picture; one state is looked at for each name. */
  readonly nameOf: (state: State) => string;
  /** By label; several of one type where what they carry decides. */
  readonly commands: Readonly<Record<string, Command>>;
}

const START = '[*]';

/**
 * What a state machine allows, as Mermaid text: every state that the commands reach from nothing, and every command
 * that `decide` accepts there.
 */
export function stateDiagram<State, Command, Event>(machine: Machine<State, Command, Event>): string {
  const reached = new Map<string, State | undefined>([[START, undefined]]);
  const edges: string[] = [];
  // A Map goes on to what is added while it is walked.
  for (const [from, state] of reached) {
    for (const [label, command] of Object.entries(machine.commands)) {
      const next = tried(machine, state, command);
      if (!next) continue;
      const to = machine.nameOf(next);
      if (!reached.has(to)) reached.set(to, next);
      edges.push(`  ${idOf(from)} --> ${idOf(to)}: ${label}`);
    }
  }
  const names = [...reached.keys()].filter((name) => name !== START);
  return ['stateDiagram-v2', ...names.map((name) => `  state "${name}" as ${idOf(name)}`), ...edges].join(
    '\n',
  );
}

function tried<State, Command, Event>(
  { decide, evolve }: Machine<State, Command, Event>,
  state: State | undefined,
  command: Command,
): State | undefined {
  try {
    return evolve(state, decide(state, command));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

const idOf = (name: string): string => (name === START ? name : name.replaceAll(/[^a-z]+/g, '_'));
