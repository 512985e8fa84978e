import type { PortalCaller } from '../support/index.ts'
import { AdminError } from './errors.ts'
import type { OperationCall } from './operation.ts'
import type { AdminOperations, OperationArgs, OperationResult } from './operations.ts'
import { isOperation, mayForSelf, type SelfOperation } from './permissions.ts'

/** What a person at the portal can do for themselves. Rejects with AdminError, `not-permitted` for everything else. */
export type SelfOperations = <Name extends SelfOperation>(
  caller: PortalCaller,
  name: Name,
  args: OperationArgs<Name>,
  signal: AbortSignal,
) => Promise<OperationResult<Name>>

/** The operations as the portal calls them: each about the person who is signed in, whatever the request says. */
export function createSelfOperations(all: () => AdminOperations): SelfOperations {
  return async (caller, name, args, signal) => {
    if (!isOperation(name) || !mayForSelf(name, caller)) {
      throw new AdminError('not-permitted', `"${name}" is nothing that people do for themselves.`)
    }
    const run: (args: unknown, call: OperationCall) => Promise<unknown> = all()[name]
    const result = await run(args, { send: () => undefined, signal, caller })
    return result as OperationResult<typeof name>
  }
}
