import type { CliIo } from '../io.ts'
import {
  type Exchange,
  type ExchangeEvent,
  type NetworkLink,
  openExchange,
} from '../try/exchange.ts'
import type { TryTarget } from '../try/target.ts'
import type { SimulationEvent } from './events.ts'

/**
 * Runs `work` with a socket of the gateway towards each server; none stays open. Rejects with CliError
 * `server-unreachable`.
 */
export async function withServers<Result>(
  servers: readonly TryTarget['server'][],
  link: NetworkLink,
  tell: (event: SimulationEvent) => void,
  { clock, signal }: CliIo,
  work: (servers: readonly Exchange[]) => Promise<Result>,
): Promise<Result> {
  const opened: Exchange[] = []
  try {
    for (const [index, server] of servers.entries()) {
      opened.push(await openServer(server, index + 1))
    }
    return await work(opened)
  } finally {
    for (const exchange of opened) exchange.close()
  }

  async function openServer(server: TryTarget['server'], number: number): Promise<Exchange> {
    let identifier = 0
    const onEvent = (event: ExchangeEvent) => tell({ ...event, identifier, server: number })
    const exchange = await openExchange({ server, clock, signal, link, onEvent })
    return {
      ...exchange,
      ask(request, schedule) {
        identifier = request.identifier
        return exchange.ask(request, schedule)
      },
    }
  }
}
