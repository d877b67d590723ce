namespace IpsecDp.Engines;

/// <summary>Who delivers what an engine ran: the last, ordered leg with replay window, policy and sends.</summary>
public enum DeliveryRule : byte
{
    /// <summary>The engine that closed the head of the lane, as z/OS keeps inbound processing on the zIIP after decryption; booked as <see cref="Accounting.CpuAccount.SpecialtyOther"/>.</summary>
    ByEngine,

    /// <summary>A general thread of the pool that does nothing else; the engine hands the job back to it. Costs one more hand-over a job.</summary>
    HandedBack,
}
