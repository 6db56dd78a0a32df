import './ui.css';
import './software.css';
import './session.css';
import './storage.css';
