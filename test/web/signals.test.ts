import { once } from 'node:events'
import { connect } from 'node:net'
import { expect } from 'chai'
import fastify from 'fastify'
import { whileAsked } from '../../src/web/signals.ts'

describe('the signal of a request that reads', () => {
  it('stays while the browser waits, also with a body, and aborts when it goes away', async () => {
    const server = fastify({ forceCloseConnections: true })
    const { promise: asked, resolve: noteAsked } = Promise.withResolvers<AbortSignal>()
    const { promise: mayAnswer, resolve: answerNow } = Promise.withResolvers<void>()
    let first: AbortSignal | undefined
    server.post('/first', async (_, reply) => {
      first = whileAsked(reply)
      // As long as it takes for the events of a body that was read.
      await new Promise((resolve) => setImmediate(resolve))
      return { aborted: first.aborted }
    })
    server.post('/second', async (_, reply) => {
      noteAsked(whileAsked(reply))
      await mayAnswer
      return {}
    })
    const url = await server.listen({ host: '127.0.0.1', port: 0 })
    try {
      const body = JSON.stringify({})
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${url}/first`, { method: 'POST', body, headers })
      expect(await answer.json()).to.deep.equal({ aborted: false })
      expect(first?.aborted).to.equal(false)
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(
        'POST /second HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
      )
      const signal = await asked
      expect(signal.aborted).to.equal(false)
      socket.destroy()
      await once(signal, 'abort')
    } finally {
      answerNow()
      await server.close()
    }
  })
})
