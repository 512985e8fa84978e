import * as z from 'zod'
import { type Caller, formatIssues } from '../support/index.ts'
import { AdminError } from './errors.ts'

/** What a running operation can do besides returning: report events, notice that no one waits. */
export type OperationCall = {
  /** Sends one event to the caller; JSON. */
  send(event: unknown): void
  /** Aborted when the caller has gone. */
  readonly signal: AbortSignal
  /** Who asks. */
  readonly caller: Caller
}

/**
 * Takes arguments as they came over the socket, and checks them. Results are plain JSON. `argsType`
 * is never there: it tells the compiler what a caller has to pass.
 */
export type Operation<Args, Result> = ((args: unknown, call: OperationCall) => Promise<Result>) & {
  readonly argsType?: Args
}

/** Binds a schema to what is done with it. Rejects with AdminError `bad-arguments` otherwise. */
export function operation<Schema extends z.ZodType, Result>(
  schema: Schema,
  run: (args: z.output<Schema>, call: OperationCall) => Promise<Result>,
): Operation<z.input<Schema>, Result> {
  return async (args, call) => {
    const parsed = schema.safeParse(args)
    if (parsed.success) return await run(parsed.data, call)
    throw new AdminError('bad-arguments', formatIssues(parsed.error))
  }
}

/** No arguments. */
export const nothing = z.strictObject({})

/** Name of a person as an administrator types it. */
export const personName = z.string().min(1).max(256)

/** Why an administrator does something; is in the audit. */
export const reason = z.string().min(1).max(256)
