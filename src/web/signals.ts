import type { FastifyReply } from 'fastify'

/**
 * For reading: aborts when the browser goes away before it has its answer. Not fastify's `request.signal`, which a
 * request with a body ends as soon as the body was read.
 */
export function whileAsked({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort()
  })
  return gone.signal
}

/**
 * For changes and for calls that prove a number: never aborts. A change that has begun is not called off by a browser
 * that goes away, and a call goes on: the phone that rings may be the one that shows the page, and puts the page to
 * sleep. Every call ends by itself in less than half a minute.
 */
export function uninterrupted(): AbortSignal {
  return new AbortController().signal
}
