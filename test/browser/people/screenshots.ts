// Pictures of every page for docs/images/portal, on a desktop and on a phone, light and dark:
//   node test/browser/people/screenshots.ts [name …]
// With names, only those, into a folder that PICTURES names.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { openContext } from '../chromium.ts'
import { startFixedPortal } from './fixed-portal.ts'
import { scenes, show } from './scenes.ts'
import { smallPng } from './small-png.ts'

const folder = process.env.PICTURES ?? join(import.meta.dirname, '../../../docs/images/portal')
const wanted = process.argv.slice(2)
const screens = [
  { screen: 'desktop', viewport: { width: 1280, height: 800 } },
  { screen: 'phone', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true },
] as const
const android =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36'

mkdirSync(folder, { recursive: true })
const portal = await startFixedPortal()
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
try {
  for (const { screen, ...size } of screens) {
    const context = await openContext(browser, {
      ...size,
      locale: process.env.LOCALE ?? 'en-GB',
      reducedMotion: 'reduce',
      ...(screen === 'phone' && { userAgent: android }),
    })
    for (const scene of scenes) {
      if (wanted.length > 0 && !wanted.includes(scene.name)) continue
      portal.answer(scene.answers ?? {})
      const page = await context.newPage()
      page.on('pageerror', (error) => console.error(`${scene.name}: ${error.message}`))
      await show(page, portal.url, scene)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const name = `${scene.name}-${screen}-${colorScheme}.png`
        writeFileSync(join(folder, name), smallPng(await page.screenshot({ fullPage: true })))
      }
      await page.close()
    }
    await context.close()
  }
} finally {
  await browser.close()
  portal.stop()
}
