import { resolve } from 'node:path'
import type { Started } from '../../../compose/index.ts'
import type { Config } from '../../../config/index.ts'
import { messageOf } from '../../../support/index.ts'
import { command } from '../../command.ts'
import { demoFilePath, removeDemoFile, writeDemoFile } from '../../demo/file.ts'
import { demoLines } from '../../demo/lines.ts'
import { findNewcomer, newcomerLines } from '../../demo/newcomer.ts'
import { explainStart, findRunningDemo } from '../../demo/start-errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import { type CliIo, defaultConfigFile, note, print } from '../../io.ts'
import { programName } from '../../program-name.ts'
import { programVersion } from '../../program-version.ts'

export const serveCommand = command({
  usage: 'serve',
  describe: 'Run the service in the foreground until SIGTERM or Ctrl-C; SIGHUP reloads',
  options: (yargs) =>
    yargs.option('config', {
      alias: 'c',
      type: 'string',
      default: defaultConfigFile,
      requiresArg: true,
      describe: 'Configuration file',
    }),
  async run({ config: configFile }, io) {
    // First of all: a process that does not listen for these signals is ended by them.
    const hangUps = collectSignals('SIGHUP')
    const upgrades = collectSignals('SIGUSR2')
    try {
      // Only here: the other commands start faster without the service.
      const { createApp } = await import('../../../compose/index.ts')
      const app = await createApp({
        configFile,
        env: io.env,
        version: programVersion(),
        log: io.stdout,
        print: (line) => print(io, line),
      })
      const started = await app.start().catch(async (error: unknown) => {
        throw await explainStart(error, io)
      })
      try {
        // The app logs what is wrong, and goes on with what it had.
        hangUps.answer(() => void app.reload().catch(() => undefined))
        upgrades.answer(app.hurry)
        const forgetDemo = started.config.insecureDemo
          ? await announceDemo(started, configFile, io)
          : undefined
        await aborted(io.signal)
        forgetDemo?.()
      } finally {
        await app.stop()
      }
    } finally {
      hangUps.close()
      upgrades.close()
    }
    return exitCodes.ok
  },
})

/** Takes a signal from now on; what comes before `answer` is answered then, once. */
function collectSignals(signal: 'SIGHUP' | 'SIGUSR2') {
  let isWaiting = false
  let act = () => {
    isWaiting = true
  }
  const onSignal = () => act()
  process.on(signal, onSignal)
  return {
    answer(how: () => void) {
      act = how
      if (isWaiting) act()
    },
    close: () => void process.off(signal, onSignal),
  }
}

/** Says what to try, and tells the commands where the demo is. Gives what takes that back. */
async function announceDemo(
  { config, radius, http }: Started,
  configFile: string,
  io: CliIo,
): Promise<() => void> {
  const [listen] = radius
  const [gateway] = Object.values(config.gateways)
  if (!listen || !gateway) return () => undefined
  const place = { config, radius: listen, ...(http && { http }) }
  for (const line of demoLines(place, programName(io.env))) print(io, line)
  await announceNewcomer(config, io)
  const other = await findRunningDemo(io)
  if (other !== undefined) {
    note(
      io,
      `Another demo is already running (process ${other.pid}, with ${other.config}), and commands talk to that one. To talk to this one, add --config ${configFile}.`,
    )
    return () => undefined
  }
  const file = demoFilePath(io.env, io.uid)
  try {
    writeDemoFile(file, {
      pid: process.pid,
      socket: config.adminSocket,
      radius: listen,
      ...(http && { http }),
      config: resolve(configFile),
      gatewaySecret: gateway.secret.reveal(),
    })
  } catch (error) {
    // The demo itself works; only its commands need --config then.
    const detail = messageOf(error)
    note(io, `Commands will not find this demo by themselves: ${detail}`)
    return () => undefined
  }
  return () => removeDemoFile(file, process.pid, io.uid)
}

async function announceNewcomer(config: Config, io: CliIo): Promise<void> {
  const newcomer = findNewcomer(config)
  if (newcomer === undefined) return
  try {
    for (const line of await newcomerLines(newcomer, config.adminSocket)) print(io, line)
  } catch (error) {
    note(io, `No helpdesk code for ${newcomer.user}: ${messageOf(error)}`)
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
