import type { EapLoader } from '../load/eap-loader.ts'
import { format, type Section } from '../report/section.ts'
import type { OpenAnswer, OpenQuestion } from '../sides/eap-open-server.ts'
import { type EapFiles, owner, serverName } from '../sides/eap-servers.ts'
import { benchSecret } from '../sides/gateway.ts'
import { startServerScript } from '../sides/server-script.ts'

/** The last is as many as a service keeps; a request that comes then takes a place of others, or none. */
const levels = [1_000, 5_000, 10_000]

/** Memory of conversations whose tunnel is open and whose device has gone silent. */
export async function benchOpen(loader: EapLoader, files: EapFiles): Promise<Section> {
  const { serverCertFile, serverKeyFile, caFile, certFile, keyFile } = files
  const server = await startServerScript(
    './eap-open-server.ts',
    ['--expose-gc'],
    [serverCertFile, serverKeyFile],
  )
  const ask = async () => {
    const question: OpenQuestion = { kind: 'memory' }
    return ((await server.ask(question)) as { answer: OpenAnswer }).answer
  }
  const begin = (conversations: number) =>
    loader.run({
      ...{ caFile, certFile, keyFile, owner, serverName, conversations, method: 'TTLS/PAP' },
      port: server.port,
      secret: benchSecret,
      atOnce: 16,
      resumes: false,
      leaves: true,
    })
  try {
    const before = await ask()
    const rows: string[][] = []
    let open = 0
    for (const level of levels) {
      await begin(level - open)
      const { running, held, rss } = await ask()
      open = running
      if (open < 0.99 * level) throw new Error(`only ${open} of ${level} conversations are open`)
      rows.push([
        format(open),
        format((held - before.held) / 1e6, 1),
        format((rss - before.rss) / 1e6, 1),
        format((rss - before.rss) / open / 1e3, 1),
      ])
    }
    return {
      title: 'Open conversations of EAP: the tunnel is up, the device is silent',
      columns: ['open', 'heap + external, MB', 'RSS, MB', 'RSS each, kB'],
      rows,
      findings: [],
      rounds: {},
      notes: [
        'More than 10,000 are never open at a time (`test/eap/flood.test.ts` holds the bound).',
      ],
    }
  } finally {
    await server.stop()
  }
}
