import type { FastifyError, FastifyReply } from 'fastify'
import { layGround, type RequestLimit } from '../ground/ground.ts'
import { type PlainPage, plainPage, plainStyle, plainStylePath } from '../ground/plain-page.ts'
import type { HttpPlugin } from '../http-server.ts'

export type ConsoleParts = {
  /** Origin that browsers know, from the file: `https://admin.example.com`. */
  readonly publicUrl: string
  /** Hears of mistakes of ours. */
  readonly onError: (error: unknown) => void
}

const nothingYet: PlainPage = {
  title: 'The console is not here yet',
  paragraphs: [
    'This address is kept for the Holdfast console. This version has no pages for administrators and the helpdesk.',
    'Use the <code>holdfast</code> command on the server instead. <code>holdfast --help</code> lists what it can do, for example <code>holdfast user show</code>, <code>holdfast why</code> and <code>holdfast check</code>.',
  ],
}

const notFound: PlainPage = {
  title: 'There is nothing at this address',
  paragraphs: ['Go to the <a href="/">start page</a> of the console.'],
}

const problems: Readonly<Record<number, PlainPage>> = {
  403: {
    title: 'This request came from another page',
    paragraphs: ['Open the console from its own address, and try again.'],
  },
  421: {
    title: 'The console has another address',
    paragraphs: ['Open it by the address that web.console.public_url names.'],
  },
  429: {
    title: 'Too many requests',
    paragraphs: [
      'Too many requests came from your network. Wait a minute, then load the page again.',
    ],
  },
  500: {
    title: 'The console does not work at the moment',
    paragraphs: ['Something broke inside. The log of Holdfast says what.'],
  },
}

const otherwise: PlainPage = {
  title: 'The console did not understand this',
  paragraphs: ['Go to the <a href="/">start page</a> of the console.'],
}

/** The console for administrators and the helpdesk. So far it has one page, which says what to use instead. */
export function consolePlugin(
  { publicUrl, onError }: ConsoleParts,
  requestLimit?: RequestLimit,
): HttpPlugin {
  return async (server) => {
    server.setErrorHandler((error: FastifyError, _request, reply) => {
      const status = error.statusCode ?? 500
      if (status >= 500) onError(error)
      return show(reply.code(status), problems[Math.min(status, 500)] ?? otherwise)
    })
    layGround(server, {
      ...{ publicUrl, askers: 'pages', requestLimit },
      refusal: () => Object.assign(new Error('a page of another origin'), { statusCode: 403 }),
    })
    server.get('/', (_request, reply) => show(reply, nothingYet))
    server.get(plainStylePath, (_request, reply) =>
      reply.type('text/css; charset=utf-8').header('cache-control', 'no-cache').send(plainStyle),
    )
    server.all('/*', (_request, reply) => show(reply.code(404), notFound))
  }
}

function show(reply: FastifyReply, page: PlainPage): FastifyReply {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(plainPage(page))
}
