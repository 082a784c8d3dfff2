// Slides as usual. A lab keeps the arrow keys while it has the focus; Escape, then Tab, gives them back.
import Reveal from './reveal.js/dist/reveal.esm.js';

Reveal.initialize({ width: 1280, height: 720, keyboardCondition: () => !document.activeElement?.closest('chickadee-lab') });
