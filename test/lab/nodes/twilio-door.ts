import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { makeCertificates } from '../certificates.ts'

/** The way to `api.twilio.com` for services that are processes of their own. */
export type TwilioDoor = {
  /** For `outgoing.proxy`. */
  readonly proxy: string
  /** The authority of the certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string
  stop(): Promise<void>
}

/**
 * An HTTP proxy that leads every tunnel to Twilio's API to the stand-in at `address`. It ends TLS with a certificate
 * for `api.twilio.com`, so that a service speaks as it does with Twilio. `folder` is for the certificate.
 */
export async function openTwilioDoor(address: string, folder: string): Promise<TwilioDoor> {
  const { caFile, certificateFile, keyFile } = await makeCertificates(folder, [
    'DNS:api.twilio.com',
  ])
  const secureContext = createSecureContext({
    cert: await readFile(certificateFile),
    key: await readFile(keyFile),
  })
  const target = Number(new URL(address).port)
  const server = createServer((_request, response) => void response.writeHead(405).end())
  server.on('connect', ({ url }, outside) => {
    outside.on('error', () => outside.destroy())
    if (url !== 'api.twilio.com:443') {
      outside.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    outside.write('HTTP/1.1 200 Connection established\r\n\r\n')
    const api = new TLSSocket(outside, { isServer: true, secureContext })
    const inside = connect(target, '127.0.0.1')
    api.pipe(inside).pipe(api)
    for (const end of [api, inside]) {
      end.on('error', () => undefined)
      end.on('close', () => {
        api.destroy()
        inside.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    proxy: `http://127.0.0.1:${port}`,
    caFile,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
