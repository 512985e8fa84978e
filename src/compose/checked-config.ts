import {
  type Config,
  type ConfigCheck,
  checkAttributes,
  checkDeviceAttributes,
  checkFiles,
  checkFilters,
  checkPassed,
  checkReplies,
  checkReplyRules,
  checkWording,
  loadConfig,
} from '../config/index.ts'
import { FilterError, parseUserFilter, passRefusal } from '../directory/index.ts'
import { attributesLength } from '../radius/index.ts'
import { builtInLanguages } from '../texts/index.ts'
import { dictionaryOf } from './dictionary.ts'
import { readDeviceAttribute } from './gateways.ts'
import { checkEapCertificate } from './generation/eap.ts'
import { checkSealedPasswords } from './sealed-passwords.ts'
import { readRequestAttribute, replyDictionary } from './sign-in-rules.ts'

/** Reads and checks a configuration file, with everything other parts know about it. */
export function loadCheckedConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): Config {
  const checks: readonly ConfigCheck[] = [
    checkWording(builtInLanguages),
    checkReplies(encodedLength),
    checkReplyRules((files) => replyDictionary(dictionaryOf(files))),
    checkAttributes((files) => {
      const dictionary = dictionaryOf(files)
      return (name, value) => readRequestAttribute(dictionary(), name, value)
    }),
    checkDeviceAttributes((files) => {
      const dictionary = dictionaryOf(files)
      return (name) => readDeviceAttribute(dictionary(), name)
    }),
    checkPassed((files) => passRefusal(dictionaryOf(files))),
    checkFilters(judgeFilter),
    checkSealedPasswords,
    checkEapCertificate,
  ]
  return loadConfig(file, {
    env,
    checks: [
      (config) => {
        const unreadable = checkFiles(config)
        // Most of the other checks would only repeat it in their own words.
        return unreadable.length > 0 ? unreadable : checks.flatMap((check) => check(config))
      },
    ],
  })
}

function encodedLength(files: readonly string[]) {
  const dictionary = dictionaryOf(files)
  // Files of the administrator's own are read at once, so that a mistake in them shows.
  if (files.length > 0) dictionary()
  return (attribute: { name: string; value: string | number }) =>
    attributesLength(dictionary().encode(attribute))
}

function judgeFilter(filter: string) {
  try {
    parseUserFilter(filter)
    return undefined
  } catch (error) {
    if (error instanceof FilterError) return { at: error.at, message: error.message }
    throw error
  }
}
