namespace IpsecDp.Ipsec.Flow;

/// <summary>What is known so far of one packet of an <see cref="OpenJob"/>.</summary>
internal struct OpenEntry
{
    /// <summary>Its full number.</summary>
    public ulong Number;

    /// <summary>Where ESP or AH starts in it.</summary>
    public int HeaderAt;

    /// <summary>Octets that are charged: of the clear packet, once there is one.</summary>
    public int Length;

    /// <summary>The packet of the job whose flow it has: itself, or one before it.</summary>
    public int FlowOf;

    /// <summary>Why it goes no further.</summary>
    public DropReason Refusal;

    /// <summary>Whether the clear packet is a fragment.</summary>
    public bool IsFragment;
}
