namespace IpsecDp.Ipsec.Sad;

/// <summary>The outer DF bit (RFC 4301 §8.1; z/OS PassthroughDF).</summary>
public enum DontFragmentRule : byte
{
    /// <summary>As the inner header has it.</summary>
    Copy,

    /// <summary>Always clear.</summary>
    Clear,

    /// <summary>Always set.</summary>
    Set,
}
