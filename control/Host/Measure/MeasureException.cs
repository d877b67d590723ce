namespace IpsecDp.Host.Measure;

/// <summary>Why nothing can be measured or a measurement went wrong, in a sentence that says what to do.</summary>
internal sealed class MeasureException(string message, Exception? cause = null) : Exception(message, cause);
