namespace IpsecDp.Adapters;

/// <summary>The operating system refused a port; the message is one sentence that says what to do about it.</summary>
public sealed class AdapterException : Exception
{
    /// <summary>A refusal without a sentence.</summary>
    public AdapterException()
    {
    }

    /// <summary>A refusal in one sentence.</summary>
    public AdapterException(string message)
        : base(message)
    {
    }

    /// <summary>A refusal in one sentence with what lies behind it.</summary>
    public AdapterException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
