import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { withAsker } from '../../ask.ts'
import { readBuild } from '../../build.ts'
import { command } from '../../command.ts'
import { CliError, interrupted } from '../../errors.ts'
import { exitCodes } from '../../exit-codes.ts'
import type { InitAnswers } from '../../init/answers.ts'
import { createInterview, type Interview } from '../../init/ask-again.ts'
import {
  type FileToWrite,
  firstConfiguration,
  initFileNames,
} from '../../init/first-configuration.ts'
import { makeFirstStore, tellStoreLater } from '../../init/first-store.ts'
import { initOptions } from '../../init/options.ts'
import { describePlan } from '../../init/summary.ts'
import { checkFolder, writeInstallation } from '../../init/write.ts'
import { type CliIo, note, print } from '../../io.ts'
import { usualPlaces } from '../../usual-places.ts'

export const initCommand = command({
  usage: 'init',
  describe: 'Write a first configuration, its secrets and the sealing key; asks, or takes options',
  options: initOptions,
  async run(args, io) {
    const usual = usualPlaces(io)
    const folder = resolve(args.folder ?? usual.folder)
    const places = { ...usual, folder, ...(args.store && { store: resolve(args.store) }) }
    const configFile = join(folder, initFileNames.config)
    const isUsual = configFile === io.usualConfig
    const isHere = args.store !== undefined || isUsual
    checkFolder(folder, args)
    // Loaded only here: the other commands start faster without the code that asks.
    const { collectAnswers, leavesQuestions } = await import('../../init/interview.ts')
    const files = await withAsker(io, async (asker) => {
      const interview = createInterview(asker, leavesQuestions(args), io)
      const caFile = args.caFile ?? presentAuthorities(folder)
      const answers = await collectAnswers({ ...args, caFile }, places, { isHere }, interview, io)
      return await settleFiles(answers, folder, interview)
    })
    if (io.signal.aborted) throw interrupted()
    writeInstallation(files, folder, args)
    for (const { name } of files) print(io, join(folder, name))
    const flag = isUsual ? '' : ` --config ${configFile}`
    note(io, '')
    const isMade = isHere ? await makeFirstStore(configFile, flag, io) : tellStoreLater(flag, io)
    tellNext(folder, flag, io)
    return isMade === false ? exitCodes.failed : exitCodes.ok
  },
})

/** The authorities that docs/how-to/active-directory.md has put there before. */
function presentAuthorities(folder: string): string | undefined {
  const file = join(folder, initFileNames.authorities)
  return existsSync(file) ? file : undefined
}

function howToStart({ uid }: CliIo): string {
  const kind = readBuild()?.kind
  if (kind === 'container') return 'start the container'
  if (uid !== 0) {
    return 'start the service; its unit is systemd/user/holdfast.service, see docs/how-to/service-of-a-user.md'
  }
  return kind === undefined
    ? 'systemctl enable --now holdfast; the unit is systemd/holdfast.service of the clone'
    : 'systemctl start holdfast'
}

/** The files, once they are known to work and a person who answers has agreed to them. */
async function settleFiles(
  answers: InitAnswers,
  folder: string,
  interview: Interview,
): Promise<readonly FileToWrite[]> {
  const { verifyFiles } = await import('../../init/verify.ts')
  const files = firstConfiguration(answers)
  verifyFiles(files, folder, initFileNames.config)
  if (!interview.asks) return files
  for (const line of describePlan(answers, files, folder)) interview.tell(line)
  const agreed = await interview.ask<boolean>({
    text: 'Write it? (yes/no)',
    flag: 'answers',
    fallback: 'yes',
    judge(answer) {
      if (/^y(es)?$/i.test(answer)) return { value: true }
      if (/^no?$/i.test(answer)) return { value: false }
      return { problem: 'Answer yes or no.' }
    },
  })
  if (agreed) return files
  throw new CliError('not-confirmed', 'Nothing was written.')
}

function tellNext(folder: string, flag: string, io: CliIo): void {
  note(io, '\nNext:')
  note(io, `  give the gateway the secret in ${join(folder, initFileNames.gatewaySecret)}`)
  note(io, `  holdfast check${flag}`)
  note(io, `  ${howToStart(io)}`)
  note(
    io,
    `Keep a copy of ${initFileNames.sealingKey} in a safe place. Without it, no enrolment can be read.`,
  )
}
