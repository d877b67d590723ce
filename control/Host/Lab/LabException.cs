namespace IpsecDp.Host.Lab;

/// <summary>Why a lab cannot run or went wrong, in a sentence that says what to do.</summary>
internal sealed class LabException(string message, Exception? cause = null) : Exception(message, cause);
