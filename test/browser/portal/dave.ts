import { expect } from 'chai'
import { codeOf } from '../../lab/service-config.ts'
import type { Visit } from './visit.ts'

/** Takes dave through his first time at the portal, doing what the pages say. Gives what he has then. */
export async function setUpDave(
  dave: Visit,
  code: string,
): Promise<{ readonly seed: string; readonly codes: readonly string[] }> {
  await dave.open('/')
  await dave.sees('sign-in-title')
  await signInAs(dave, 'dave', 'diver')
  await dave.sees('proof-title')
  await dave.type('proof-label', code)
  await dave.press('continue')
  await dave.sees('setup-title')
  await dave.press('setup-app')
  const seed = await connectApp(dave)
  await dave.sees('codes-title')
  const codes = await dave.page.locator('ol code').allTextContents()
  await dave.press('codes-saved')
  await dave.reads('all-set')
  return { seed, codes }
}

export async function signInAs(visit: Visit, name: string, password: string): Promise<void> {
  await visit.type('name-label', name)
  await visit.type('password-label', password)
  await visit.press('sign-in-title')
}

/** From "get an app" to the code that it shows. Gives the key that the page has shown. */
export async function connectApp(visit: Visit, confirm = async () => {}): Promise<string> {
  await visit.sees('get-app-title')
  await visit.press('have-app')
  await confirm()
  await visit.sees('scan-title')
  const shown = (await visit.page.locator('code').first().textContent()) ?? ''
  const seed = shown.replaceAll(/\s/g, '')
  expect(seed).to.match(/^[A-Z2-7]{16,}$/)
  await visit.type('app-code-label', codeOf(seed, -1))
  await visit.press('continue')
  return seed
}

/** Types a code where the page asks for one. */
export async function typeCode(visit: Visit, code: string): Promise<void> {
  await visit.type('code-label', code)
  await visit.press('continue')
}
