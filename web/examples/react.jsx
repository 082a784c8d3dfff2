// A lab in a React page. The element would do as well: <chickadee-lab link="…" />; this is for those who want the handle.
import { useEffect, useRef } from 'react';
import { mount } from '../chickadee.js';

/** A live lab; `onRecalled` is called when the bird has checked a place. */
export function Lab({ link, onRecalled, ...options }) {
  const box = useRef(null);
  const handle = useRef(null);

  useEffect(() => {
    // Effects run twice in StrictMode: a lab whose effect is over is ended as soon as it is there.
    let over = false;
    mount(box.current, { link, ...options }).then(
      (lab) => {
        if (over) return lab.destroy();
        handle.current = lab;
        if (onRecalled) lab.on('recalled', onRecalled);
      },
      (error) => console.error(error),
    );
    return () => {
      over = true;
      handle.current?.destroy();
      handle.current = null;
    };
  }, []);

  // Another link is another state of the same lab.
  useEffect(() => {
    handle.current?.setState(link);
  }, [link]);

  return <div ref={box} style={{ width: '100%', height: 600 }} />;
}
