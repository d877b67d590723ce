namespace IpsecDp.Policy.Config;

/// <summary>SPIs and keys of one layer, ESP or AH, both ways.</summary>
internal sealed record LayerKeys(DirectionKeys Inbound, DirectionKeys Outbound) : IDisposable
{
    /// <summary>Whether anything is given for this layer.</summary>
    public bool IsEmpty => Inbound.IsEmpty && Outbound.IsEmpty;

    /// <inheritdoc/>
    public void Dispose()
    {
        Inbound.Dispose();
        Outbound.Dispose();
    }
}
