// Starts the page.
import { html, render } from './vendor/preact.js'
import { live } from './stockhand.js'
import { followAddress, takeSecret } from './route.js'
import { settings, wearSettings } from './settings.js'
import { unlockAtFirstTap } from './sound.js'
import { heardFromKeyboard } from './keyboard.js'
import { guardAgainstWedges } from './wedge.js'
import { Page } from './screens/page.js'

wearSettings()
unlockAtFirstTap()
guardAgainstWedges({ on: () => settings.wedge.value === 'on', positions: () => settings.wedgeKeys.value === 'us', onCode: heardFromKeyboard })
live.start(takeSecret())
followAddress(secret => live.signIn(secret))
render(html`<${Page} />`, document.getElementById('page'))
