namespace IpsecDp.Daemon;

/// <summary>Why a data plane cannot start or had to stop, in one sentence that says what to do.</summary>
public sealed class DaemonException : Exception
{
    /// <summary>A reason without a sentence.</summary>
    public DaemonException()
    {
    }

    /// <summary>A reason in one sentence.</summary>
    public DaemonException(string message)
        : base(message)
    {
    }

    /// <summary>A reason in one sentence with what lies behind it.</summary>
    public DaemonException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
