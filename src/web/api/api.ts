import type { FastifyError } from 'fastify'
import { layGround, type RequestLimit } from '../ground/ground.ts'
import type { HttpPlugin } from '../http-server.ts'
import { type ProblemReason, sendProblemDocument } from './problem.ts'

export type ApiParts = {
  /** Origin that browsers and programs know, from the file: `https://api.example.com`. */
  readonly publicUrl: string
  /** Hears of mistakes of ours. */
  readonly onError: (error: unknown) => void
}

type Explanation = { readonly reason: ProblemReason; readonly detail: string }

const nothingYet: Explanation = {
  reason: 'nothing-here-yet',
  detail:
    'This version of Holdfast has no API. Run the holdfast command on the server instead, with --json where a program reads its answer.',
}

const wrongOrigin: Explanation = {
  reason: 'wrong-origin',
  detail:
    'Changes need Content-Type: application/json, and no Origin other than that of web.api.public_url.',
}

/** The API for programs. It reads no cookie. So far it has no routes, and says what to use instead. */
export function apiPlugin(
  { publicUrl, onError }: ApiParts,
  requestLimit?: RequestLimit,
): HttpPlugin {
  return async (server) => {
    server.setErrorHandler((error: FastifyError, _request, reply) => {
      const status = error.statusCode ?? 500
      if (status >= 500) onError(error)
      return sendProblemDocument(reply, status, explain(status, error.message))
    })
    layGround(server, {
      ...{ publicUrl, askers: 'programs', requestLimit },
      refusal: () => Object.assign(new Error(wrongOrigin.detail), { statusCode: 403 }),
    })
    server.all('/*', (_request, reply) => sendProblemDocument(reply, 404, nothingYet))
  }
}

/** What broke inside stays inside. */
function explain(status: number, message: string): Explanation {
  if (status >= 500) {
    return {
      reason: 'internal-error',
      detail: 'Something broke inside. The log of Holdfast says what.',
    }
  }
  if (status === 403) return { ...wrongOrigin, detail: message }
  if (status === 421) return { reason: 'wrong-host', detail: message }
  if (status === 429) {
    return {
      reason: 'too-many-requests',
      detail: 'Too many requests came from your network. Wait as long as Retry-After says.',
    }
  }
  return { reason: 'bad-request', detail: message }
}
