import { request } from 'node:http'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { CheckRow } from '../check-row.ts'

/** Where a provider of texts, calls or mail is reached. */
export type ProviderEndpoint = {
  /** Name in the configuration. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** Whether TLS begins at once; its certificate is then verified. */
  readonly tls: boolean
  /** PEM of the authorities to trust instead of the system's. */
  readonly ca?: string
  /** HTTP proxy on the way there, such as `http://proxy.example.com:3128`. */
  readonly proxy?: string
  /** What is not looked at, for people. */
  readonly notTried?: string
  /** Tries our credentials where that costs nothing; gives what is wrong. Never rejects. */
  signIn?(): Promise<string | undefined>
  /** What there is to say of our account, once the credentials were taken. Never rejects. */
  inspect?(): Promise<readonly Omit<CheckRow, 'area'>[]>
}

const timeoutMs = 5000

/**
 * Opens a connection to each provider, and tries our credentials where that sends nothing: a message
 * would cost money and reach a person. Never rejects.
 */
export async function checkProviders(
  providers: readonly ProviderEndpoint[],
  signal: AbortSignal,
): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(
    providers.map(async (provider): Promise<readonly CheckRow[]> => {
      const { host, port, tls } = provider
      const row = { area: 'provider', what: provider.name }
      const place = `${host} port ${port}`
      const problem = await tryConnect(provider, signal)
      if (problem !== undefined) {
        const remedy = 'Look at the name, the firewall, and the certificate.'
        return [{ ...row, state: 'failed', detail: `${place}: ${problem}`, remedy }]
      }
      const refused = await provider.signIn?.()
      if (refused !== undefined) {
        const remedy = 'Compare account, token and API key with the provider’s console.'
        return [{ ...row, state: 'failed', detail: refused, remedy }]
      }
      const believed = tls ? ', certificate valid' : ''
      const known = provider.signIn === undefined ? '' : ', credentials taken'
      const left = provider.notTried === undefined ? '' : `; not tried: ${provider.notTried}`
      const detail = `${place} answers${believed}${known}${left}`
      const findings = (await provider.inspect?.()) ?? []
      return [
        { ...row, state: 'ok', detail, remedy: '' },
        ...findings.map((each) => ({ ...row, ...each, what: `${provider.name}: ${each.what}` })),
      ]
    }),
  )
  return rows.flat()
}

/** What went wrong, or undefined when it works. */
async function tryConnect(
  provider: ProviderEndpoint,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { host, port, ca, proxy } = provider
  const tunnel = proxy === undefined ? undefined : await openTunnel(proxy, provider, signal)
  if (typeof tunnel === 'string') return tunnel
  return await new Promise((resolve) => {
    const socket: Socket = provider.tls
      ? connectTls({
          ...{ host, port },
          ...(tunnel === undefined ? {} : { socket: tunnel }),
          ...(isIP(host) === 0 ? { servername: host } : {}),
          ...(ca === undefined ? {} : { ca }),
        })
      : (tunnel ?? connectPlain({ host, port }))
    const end = (problem?: string) => {
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(problem)
    }
    const stop = () => end('interrupted')
    signal.addEventListener('abort', stop, { once: true })
    socket.setTimeout(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`))
    socket.once('error', (error) => end(error.message))
    if (tunnel !== undefined && !provider.tls) end()
    else socket.once(provider.tls ? 'secureConnect' : 'connect', () => end())
  })
}

/** A connection through a proxy (RFC 9110 9.3.6), or what went wrong. */
function openTunnel(
  proxy: string,
  { host, port }: Pick<ProviderEndpoint, 'host' | 'port'>,
  signal: AbortSignal,
): Promise<Socket | string> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    const asked = request(proxy, { method: 'CONNECT', path: `${host}:${port}`, signal: limit })
    asked.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      resolve(`the proxy answers HTTP ${statusCode}`)
    })
    asked.once('error', (error) => resolve(`the proxy cannot be reached: ${error.message}`))
    asked.end()
  })
}
