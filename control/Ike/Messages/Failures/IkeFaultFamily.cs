namespace IpsecDp.Ike.Messages.Failures;

/// <summary>What part of the work a fault belongs to; what is answered, if anything, goes by the family first.</summary>
public enum IkeFaultFamily : byte
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The 28 octets in front.</summary>
    Header,

    /// <summary>How payloads follow one another, and which are there.</summary>
    Chain,

    /// <summary>The inside of a payload.</summary>
    Payload,

    /// <summary>SK and SKF.</summary>
    Encryption,

    /// <summary>The pieces of a message (RFC 7383).</summary>
    Fragment,

    /// <summary>What a peer offered is well formed and not wanted.</summary>
    Negotiation,

    /// <summary>What came fits no SA, or not what the SA waits for.</summary>
    State,
}
