// Slides as usual. A lab keeps the arrow keys while it has the focus; Escape, then Tab, gives them back.
import Reveal from './node_modules/reveal.js/dist/reveal.mjs';

Reveal.initialize({ width: 1280, height: 720, keyboardCondition: () => !document.activeElement?.closest('chickadee-lab') });
