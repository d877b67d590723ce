using IpsecDp.Ports;
using IpsecDp.Ports.Wrappers;

namespace IpsecDp.Daemon;

/// <summary>The capture of the cipher side, where one is asked for.</summary>
internal sealed class CipherCapture : IDisposable
{
    private readonly string _path;
    private readonly PcapngFile _file;

    private CipherCapture(string path, PcapngFile file) => (_path, _file) = (path, file);

    /// <summary>Creates the file; throws <see cref="DaemonException"/> when it cannot be written.</summary>
    public static CipherCapture Create(string path)
    {
        try
        {
            return new CipherCapture(path, new PcapngFile(File.Create(path), TimeProvider.System));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new DaemonException($"the capture file {path} cannot be written: {refusal.Message}", refusal);
        }
    }

    /// <summary>The port with the capture around it.</summary>
    public TappedCipherPort Tap(ICipherPort port) => new(port, new PcapTap(_file, port.Name));

    /// <summary>What the file holds, in a sentence.</summary>
    public string Describe()
    {
        _file.Flush();
        return _file.Failure is { } failure
            ? $"capture {_path}: {_file.Written} packets, then it stopped ({failure}); {_file.Lost} are missing"
            : $"capture {_path}: {_file.Written} packets";
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
