import './ui.css';
import './software.css';
import './session.css';
import './hub.css';
import './check.css';
import './storage.css';
import './jobs.css';
import './kernels.css';
