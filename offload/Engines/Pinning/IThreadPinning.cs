namespace IpsecDp.Engines.Pinning;

/// <summary>Binds threads to processors.</summary>
public interface IThreadPinning
{
    /// <summary>Processors the calling thread may run on, ascending.</summary>
    IReadOnlyList<int> Allowed();

    /// <summary>Binds the calling thread to one processor; false where the system refuses.</summary>
    bool TryPin(int processor);
}
