import { Agent, type IncomingMessage, request } from 'node:http'
import type { PhoneBegun, PhonePrompt, PromptAnswered } from '../../../src/web/people/contract.ts'
import type { SoftwarePhone } from '../../support/software-phone.ts'

/** A phone that was enrolled, under the id that the store gave it. */
export type EnrolledPhone = SoftwarePhone & { readonly id: string }

/** A connection of phones to the portal, from an address of its own: limits are by network. */
export type PhoneConnection = {
  /** Reads what waits for the phone, and gets what has to be signed. */
  begin(phone: EnrolledPhone): Promise<{ readonly prompt: string; readonly challenge: string }>
  /** Signs the challenge with this number, and sends it. */
  approve(
    phone: EnrolledPhone,
    begun: { readonly prompt: string; readonly challenge: string },
    number: string,
  ): Promise<PromptAnswered['answered']>
  close(): void
}

export function openPhoneConnection(port: number, index: number): PhoneConnection {
  const localAddress = `127.2.${index >> 8}.${index & 255}`
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  async function post<Answer>(path: string, body: object): Promise<Answer> {
    const text = JSON.stringify(body)
    const headers = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const method = 'POST'
      const asked = request({ host: '127.0.0.1', port, localAddress, agent, method, path, headers })
      asked.once('error', reject).once('response', resolve).end(text)
    })
    let read = ''
    answer.setEncoding('utf8')
    for await (const chunk of answer) read += String(chunk)
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${read}`)
    return JSON.parse(read)
  }

  const helloOf = (phone: EnrolledPhone) => {
    const said = phone.hello(phone.id, Date.now())
    return { ...said, signature: textOf(said.signature) }
  }

  return {
    async begin(phone) {
      const waits = await post<PhonePrompt>('/api/phone/prompt', helloOf(phone))
      if (waits.step !== 'shown' || waits.prompt === undefined) {
        throw new Error(`nothing waits for a phone: ${JSON.stringify(waits)}`)
      }
      const { id: prompt } = waits.prompt
      const said = { ...helloOf(phone), prompt, answer: 'approve' }
      const { challenge } = await post<PhoneBegun>('/api/phone/begin', said)
      if (challenge === undefined) throw new Error('a prompt has ended')
      return { prompt, challenge }
    },
    async approve({ answer, id: phone }, { challenge, prompt }, number) {
      const signature = textOf(answer(challenge, number))
      const said = { phone, prompt, challenge, number, signature }
      return (await post<PromptAnswered>('/api/phone/answer', said)).answered
    },
    close: () => agent.destroy(),
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}
