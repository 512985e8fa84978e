import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { HoldfastError } from '../../support/index.ts'
import type { ApiProblem } from './contract.ts'
import type { PortalParts } from './parts.ts'
import { problemPage } from './problem-page.ts'

type Problem = ApiProblem['problem']

const statuses: Readonly<Record<Problem, number>> = {
  'signed-out': 401,
  'bad-request': 400,
  'wrong-origin': 403,
  'not-found': 404,
  'too-many': 429,
  'store-failed': 503,
  internal: 500,
}

/** What a route throws to end in an `ApiProblem`. `message` is for the person. */
export class PortalError extends Error {
  readonly problem: Problem
  readonly statusCode: number

  constructor(problem: Problem, text: string, statusCode: number = statuses[problem]) {
    super(text)
    this.name = 'PortalError'
    this.problem = problem
    this.statusCode = statusCode
  }
}

/**
 * Whether the answer is for a script of ours, and not for a person who looks at the address bar. The route that was found
 * tells it: an address can be spelled in many ways, such as `/%61pi/me`.
 */
export function isApi({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean {
  return routeOptions.url?.startsWith('/api/') === true
}

/** Turns whatever a route throws into an answer. What broke inside stays inside. */
export function createProblemHandler({ isStoreError, onError }: PortalParts) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const known = toProblem(error, isStoreError)
    if (known.statusCode >= 500) onError(error)
    return sendProblem(known, request, reply)
  }
}

export function sendProblem(
  { problem, message, statusCode }: PortalError,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  reply.code(statusCode).header('cache-control', 'no-store')
  if (!isApi(request)) return reply.type('text/html; charset=utf-8').send(problemPage(problem))
  const body: ApiProblem = { problem, text: message }
  return reply.send(body)
}

/** What a person reads when a request comes from a page that is not ours. */
export const otherPage = 'Open this page again from its own address.'

export const storeProblem = new PortalError(
  'store-failed',
  'The service cannot save anything at the moment. Nothing was changed. Try again in a few minutes.',
)

function toProblem(error: FastifyError, isStoreError: PortalParts['isStoreError']): PortalError {
  if (error instanceof PortalError) return error
  if (isStoreError(error)) return storeProblem
  // Operations look at what comes in once more, and know more than the contract.
  if (error instanceof HoldfastError && error.code === 'bad-arguments') return misunderstood()
  const { statusCode = 500 } = error
  if (statusCode === 401) return new PortalError('signed-out', error.message)
  if (statusCode >= 500) {
    return new PortalError('internal', 'Something broke on our side. Try again in a few minutes.')
  }
  if (statusCode === 403 || statusCode === 421) {
    return new PortalError('wrong-origin', otherPage, statusCode)
  }
  if (statusCode === 404) return new PortalError('not-found', 'There is nothing at this address.')
  if (statusCode === 429) {
    return new PortalError('too-many', 'Too many requests came from your network. Wait a moment.')
  }
  return misunderstood(statusCode)
}

/** Which field was wrong is of use only to attackers: pages send what the contract says. */
export function misunderstood(statusCode = 400): PortalError {
  return new PortalError('bad-request', 'The service did not understand this.', statusCode)
}
