import { STATUS_CODES } from 'node:http'
import type { FastifyReply } from 'fastify'

/** Why the API refused what was asked. A closed list: programs switch on it, and not on the words. */
export type ProblemReason =
  | 'nothing-here-yet'
  | 'wrong-origin'
  | 'wrong-host'
  | 'too-many-requests'
  | 'bad-request'
  | 'internal-error'

/** A problem document (RFC 9457). With `about:blank`, the title is that of the status. */
export type ProblemDocument = {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly reason: ProblemReason
}

/** Sends a problem document. `detail` is for the person who reads the program's log, and says what to do. */
export function sendProblemDocument(
  reply: FastifyReply,
  status: number,
  { reason, detail }: { readonly reason: ProblemReason; readonly detail: string },
): FastifyReply {
  const title = STATUS_CODES[status] ?? 'Error'
  const document: ProblemDocument = { type: 'about:blank', title, status, detail, reason }
  return reply
    .code(status)
    .type('application/problem+json')
    .header('cache-control', 'no-store')
    .send(JSON.stringify(document))
}
