import { chromium } from 'playwright-core'

/** A middling phone on a bad mobile network, as Lighthouse has it: 4 times slower, 1.6 Mbit/s, 150 ms. */
const phone = {
  cpu: 4,
  network: {
    offline: false,
    latency: 150,
    downloadThroughput: 200_000,
    uploadThroughput: 93_750,
  },
}

/** Milliseconds from the address to a page that can be typed into, with an empty cache, each time. */
export async function timeToInteractive(url: string, times: number): Promise<readonly number[]> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  try {
    const took: number[] = []
    for (let time = 0; time < times; time += 1) {
      const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
      const page = await context.newPage()
      const session = await context.newCDPSession(page)
      await session.send('Network.enable')
      await session.send('Network.emulateNetworkConditions', phone.network)
      await session.send('Emulation.setCPUThrottlingRate', { rate: phone.cpu })
      await page.goto(url)
      await page.locator('input[name=username]').fill('a')
      // The main thread has taken the letter and painted it.
      const atMs =
        'new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))'
      took.push(Number(await page.evaluate(atMs)))
      await context.close()
    }
    return took
  } finally {
    await browser.close()
  }
}
