using System.Globalization;
using System.Runtime.InteropServices;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;

namespace IpsecDp.Daemon.Guard;

/// <summary>The guard's own process: holds what its daemon tells it to, and goes on holding when the daemon is gone.</summary>
public static class GuardService
{
    /// <summary>Serves until told to end; a daemon that vanishes without that word leaves the process holding for ever, until another daemon or an operator ends it.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(IDivertGuard guard, TextReader input, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(guard);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        using var deaf = new SignalDeafness();
        _ = TryAnswer(output, GuardProtocol.Ready);
        while (input.ReadLine() is { } line)
        {
            if (line == GuardProtocol.End)
            {
                return 0;
            }

            if (line.StartsWith(GuardProtocol.Hold, StringComparison.Ordinal))
            {
                _ = TryAnswer(output, Hold(guard, line, input));
            }
        }

        Thread.Sleep(Timeout.Infinite);
        return 0;
    }

    private static string Hold(IDivertGuard guard, string line, TextReader input)
    {
        if (!int.TryParse(line.AsSpan(GuardProtocol.Hold.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > GuardProtocol.MostFilters)
        {
            return $"{GuardProtocol.Refused}the line \"{line}\" is none of the guard's";
        }

        var filters = new List<string>(count);
        while (filters.Count < count)
        {
            if (input.ReadLine() is not { } filter)
            {
                // The daemon died in the middle of a change: what was held stays held.
                return GuardProtocol.Refused;
            }

            filters.Add(filter);
        }

        try
        {
            guard.Hold(filters);
            return GuardProtocol.Holding;
        }
        catch (AdapterException refusal)
        {
            return GuardProtocol.Refused + refusal.Message.ReplaceLineEndings(" ");
        }
    }

    // False when nobody listens any more, which the end of the input will say once more.
    private static bool TryAnswer(TextWriter output, string line)
    {
        try
        {
            output.WriteLine(line);
            output.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // What ends the daemon by way of a terminal or a service must not end its guard with it.
    private sealed class SignalDeafness : IDisposable
    {
        private readonly PosixSignalRegistration[] _registrations =
            [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, context => context.Cancel = true))];

        public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());
    }
}
