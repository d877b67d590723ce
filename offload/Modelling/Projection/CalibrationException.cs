namespace IpsecDp.Modelling.Projection;

/// <summary>The trials of a calibration showed too little to project from; its message says why, without its last stop.</summary>
public sealed class CalibrationException(string message) : Exception(message);
