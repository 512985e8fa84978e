import { isSupportedCountry } from 'libphonenumber-js/min'
import { defaultListen, parseEndpoint } from '../../config/index.ts'
import type { CliIo } from '../io.ts'
import type { Places } from '../usual-places.ts'
import type { InitAnswers } from './answers.ts'
import type { Interview, Judged } from './ask-again.ts'
import { askForDirectory, type DirectoryFound } from './directory-answers.ts'
import { findTestUser } from './find-test-user.ts'
import { accountingPlaces } from './first-configuration.ts'
import { askForGateway } from './gateway-answers.ts'
import { countryOfLocale, whyNotListen } from './machine.ts'
import type { InitArgs } from './options.ts'

/** Whether the command line leaves a question open that has no default. */
export function leavesQuestions(args: InitArgs): boolean {
  const { baseDn, bindDn, bindPasswordFile, region } = args
  const lists = [args.controller, args.gateway]
  const given = [baseDn, bindDn, bindPasswordFile, region]
  return lists.some((list) => list.length === 0) || given.some((each) => each === undefined)
}

/**
 * Asks for what the command line does not say, and tries each answer before the next question.
 * `isHere`: whether the service will run on this machine.
 */
export async function collectAnswers(
  args: InitArgs,
  places: Places,
  { isHere }: { readonly isHere: boolean },
  interview: Interview,
  io: CliIo,
): Promise<InitAnswers> {
  const { country, isTried, ...directory } = await askForDirectory(args, interview, io)
  const region = await askForRegion(args.region, country ?? countryOfLocale(io.env), interview)
  if (isTried) await askForTestUser(args, { ...directory, isTried }, region, interview, io)
  const gateway = await askForGateway(args, interview, io)
  const listen = await askForPort(args, isHere && !args.offline, interview)
  const { store, adminSocket } = places
  return {
    ...directory,
    ...gateway,
    ...{ region, store, listen },
    ...(adminSocket === undefined ? {} : { adminSocket }),
  }
}

async function askForRegion(
  given: string | undefined,
  fallback: string | undefined,
  interview: Interview,
): Promise<string> {
  return await interview.ask<string>({
    text: 'Country of phone numbers that have no country code (such as NL)',
    ...{ flag: 'region', given, fallback },
    judge: judgeRegion,
  })
}

function judgeRegion(answer: string): Judged<string> {
  const region = answer.toUpperCase()
  if (isSupportedCountry(region)) return { value: region }
  const hint = region === 'UK' ? ' The United Kingdom is GB.' : ''
  return {
    problem: `"${answer}" is not a country code; write two letters of ISO 3166 such as NL.${hint}`,
  }
}

const noOne = 'no one'

async function askForTestUser(
  { testUser }: InitArgs,
  directory: DirectoryFound,
  region: string,
  interview: Interview,
  io: CliIo,
): Promise<void> {
  if (testUser === undefined && !interview.asks) return
  await interview.ask({
    text: 'Someone to look for in the directory, by user name',
    flag: 'test-user',
    given: testUser,
    fallback: noOne,
    async judge(answer): Promise<Judged<undefined>> {
      if (answer === noOne) return { value: undefined }
      const found = await findTestUser(answer, directory, region, io)
      if ('problem' in found) return found
      for (const line of found.lines) interview.tell(line)
      return { value: undefined }
    },
  })
}

/** Asks only where the usual port is taken. */
async function askForPort(
  { listen }: InitArgs,
  canTry: boolean,
  interview: Interview,
): Promise<readonly string[]> {
  const judge = async (answer: string): Promise<Judged<readonly string[]>> => {
    const written = answer.split(/[\s,]+/).filter((each) => each !== '')
    const places = written.flatMap((each) => parseEndpoint(each) ?? [])
    if (written.length === 0 || places.length < written.length) {
      return {
        problem: `"${answer}" is not an address and a port; write them such as 192.0.2.1:1812 or [::]:1812.`,
      }
    }
    const others = accountingPlaces(written).flatMap((each) => parseEndpoint(each) ?? [])
    if (others.length < written.length) return { problem: 'The port after it is for accounting.' }
    const problem = canTry ? await whyNotListen([...places, ...others]) : undefined
    if (problem !== undefined) return { problem }
    return { value: answer === defaultListen.join(' ') ? [] : written }
  }
  if (listen.length === 0) {
    const usual = await judge(defaultListen.join(' '))
    if ('value' in usual) return usual.value
    if (interview.asks) interview.tell(usual.problem)
    else
      return await interview.ask({
        text: '',
        flag: 'listen',
        given: defaultListen.join(' '),
        judge,
      })
  }
  return await interview.ask<readonly string[]>({
    text: 'Where to listen (Enter tries again)',
    flag: 'listen',
    given: listen.length > 0 ? listen.join(' ') : undefined,
    fallback: defaultListen.join(' '),
    judge,
  })
}
