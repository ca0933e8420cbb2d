"""The pump as something to steer: a Gymnasium environment, a safety layer that is always on, two controllers.

Needs the extra `control`: pip install 'baclosim[control]'. Importing this package registers "baclosim/Pump-v0".
"""

try:
    import gymnasium
except ImportError as error:  # pragma: no cover
    raise ImportError("baclosim.control needs Gymnasium: pip install 'baclosim[control]'") from error

from .controllers import Controller, Episode, Proportional, PublishedProtocol, Unchanged, rollout
from .environment import PumpEnv
from .limits import Limits, published_limits
from .reward import Reward
from .safety import SafetyLayer, Vetted
from .sensing import Sensor

gymnasium.register("baclosim/Pump-v0", entry_point="baclosim.control:PumpEnv")

__all__ = [
    "Controller",
    "Episode",
    "Limits",
    "Proportional",
    "PublishedProtocol",
    "PumpEnv",
    "Reward",
    "SafetyLayer",
    "Sensor",
    "Unchanged",
    "Vetted",
    "published_limits",
    "rollout",
]
