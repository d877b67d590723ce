using IpsecDp.Ports;
using IpsecDp.Ports.Wrappers;

namespace IpsecDp.Host.Lab;

/// <summary>The capture of a lab's cipher side, where one is asked for.</summary>
internal sealed class LabCapture : IDisposable
{
    private readonly PcapngFile? _file;
    private readonly string? _path;

    private LabCapture(string? path, PcapngFile? file) => (_path, _file) = (path, file);

    /// <summary>Creates the file; throws <see cref="LabException"/> when it cannot be written.</summary>
    public static LabCapture Open(string? path)
    {
        if (path is null)
        {
            return new LabCapture(null, null);
        }

        try
        {
            return new LabCapture(path, new PcapngFile(File.Create(path), TimeProvider.System));
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new LabException($"the capture file {path} cannot be written: {refusal.Message}", refusal);
        }
    }

    /// <summary>The port with the capture around it, or the port itself.</summary>
    public ICipherPort Tap(ICipherPort port, string name) => _file is null ? port : new TappedCipherPort(port, new PcapTap(_file, name));

    /// <summary>What the file holds, in a sentence; null without a capture.</summary>
    public string? Describe()
    {
        if (_file is null)
        {
            return null;
        }

        _file.Flush();
        return _file.Failure is { } failure
            ? $"capture {_path}: {_file.Written} packets, then it stopped ({failure}); {_file.Lost} are missing"
            : $"capture {_path}: {_file.Written} packets";
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
