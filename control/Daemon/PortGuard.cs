namespace IpsecDp.Daemon;

/// <summary>Notes the first port that ended by itself, so that a data plane without its interface stops in order and does not stay deaf.</summary>
internal sealed class PortGuard
{
    private volatile string? _lost;
    private volatile bool _isStopping;

    /// <summary>The name of the port that ended, or null.</summary>
    public string? Lost => _lost;

    /// <summary>From here on ports end because they are told to.</summary>
    public void ExpectEnd() => _isStopping = true;

    /// <summary>Notes that a port has ended.</summary>
    public void Ended(string port)
    {
        if (!_isStopping)
        {
            _lost ??= port;
        }
    }
}
