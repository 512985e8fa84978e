import { spawn } from 'node:child_process'

/** What radclient printed about the reply it got. */
export type RadclientReply = {
  readonly kind: 'Access-Accept' | 'Access-Reject' | 'Access-Challenge' | 'none'
  /** Attributes of the reply by name, as radclient prints them, without quotes. */
  readonly attributes: Readonly<Record<string, string>>
  readonly tookMs: number
  readonly output: string
}

export type RadclientOptions = {
  readonly port: number
  readonly secret?: string
  /** Seconds before it sends again. Default 10. */
  readonly timeoutSeconds?: number
  /** How often it sends. Default 1. */
  readonly tries?: number
}

/** Sends one Access-Request with FreeRADIUS's radclient. Message-Authenticator is added, as every line in the docs has it. */
export async function radclient(
  attributes: Readonly<Record<string, string>>,
  { port, secret = 'testing123', timeoutSeconds = 10, tries = 1 }: RadclientOptions,
): Promise<RadclientReply> {
  const lines = Object.entries({ ...attributes, 'Message-Authenticator': '0x00' })
    .map(
      ([name, value]) =>
        `${name} = ${value.startsWith('0x') ? value : `"${value.replaceAll('\\', '\\\\')}"`}`,
    )
    .join('\n')
  const beganMs = Date.now()
  const child = spawn('radclient', [
    '-x',
    ...['-t', String(timeoutSeconds), '-r', String(tries)],
    ...[`127.0.0.1:${port}`, 'auth', secret],
  ])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  child.stdin.end(`${lines}\n`)
  await new Promise((resolve) => child.on('close', resolve))
  return { ...parseReply(output), tookMs: Date.now() - beganMs, output }
}

function parseReply(output: string): Pick<RadclientReply, 'kind' | 'attributes'> {
  const received = /^Received (Access-\w+)[^\n]*\n((?:\t[^\n]*\n?)*)/m.exec(output)
  if (received === null) return { kind: 'none', attributes: {} }
  const attributes = Object.fromEntries(
    [...(received[2] ?? '').matchAll(/^\t([\w-]+(?::\d+)?) = "?(.*?)"?$/gm)].map(
      ([, name, value]) => [name, value],
    ),
  )
  return { kind: received[1] as RadclientReply['kind'], attributes }
}
