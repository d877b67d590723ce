namespace IpsecDp.Engines.Pinning;

/// <summary>Leaves threads to the scheduler.</summary>
public sealed class NoPinning : IThreadPinning
{
    /// <inheritdoc/>
    public IReadOnlyList<int> Allowed() => [.. Enumerable.Range(0, Environment.ProcessorCount)];

    /// <inheritdoc/>
    public bool TryPin(int processor) => false;

    /// <inheritdoc/>
    public bool TryDefer(bool defers) => false;

    /// <inheritdoc/>
    public bool TryRelease(IReadOnlyList<int> processors) => false;
}
