using System.CommandLine;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Windows;
using IpsecDp.Daemon;
using IpsecDp.Daemon.Guard;

namespace IpsecDp.Host.Verbs;

/// <summary><c>divert guard</c>: the process that outlives a crash of the data plane on Windows; started by the daemon for itself, it speaks lines on its standard input and output.</summary>
internal static class GuardVerb
{
    /// <summary>Makes the verb, which no help shows.</summary>
    public static Command Create()
    {
        var library = new Option<string>("--library") { Required = true };
        var librarySums = new Option<string[]>("--library-sum");
        var driverSums = new Option<string[]>("--driver-sum");
        var guard = new Command("guard", "Holds what must not leave in clear; for the program's own use.") { library, librarySums, driverSums };
        guard.Hidden = true;
        guard.SetAction(parsed => Guard(new WinDivertLibraryOptions
        {
            Path = parsed.GetValue(library)!,
            LibrarySums = parsed.GetValue(librarySums) ?? [],
            DriverSums = parsed.GetValue(driverSums) ?? [],
        }));
        return guard;
    }

    /// <summary>Ends the guard that a crashed run left behind, and gives the exit code.</summary>
    public static int Clean()
    {
        try
        {
            Console.WriteLine(GuardProcess.EndLeftover(GuardProcess.DefaultFolder)
                ? "the guard of an earlier run was ended; what it held back flows in clear from here on"
                : "nothing was left to remove");
            return 0;
        }
        catch (DaemonException refusal)
        {
            Console.Error.WriteLine($"ipsecdp divert clean: {refusal.Message}");
            return 1;
        }
    }

    private static int Guard(WinDivertLibraryOptions options)
    {
        try
        {
            using var guard = new DivertGuard(WinDivertDriver.Load(options));
            return GuardService.Run(guard, Console.In, Console.Out);
        }
        catch (AdapterException refusal)
        {
            Console.Error.WriteLine(refusal.Message);
            return 1;
        }
    }
}
