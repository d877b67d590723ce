using IpsecDp.Daemon;
using IpsecDp.Host.Reports;

namespace IpsecDp.Host.Verbs;

/// <summary>Standard input of a data plane that somebody started for a time: a line end asks for a reading, which is answered by a line on standard output, and the end of the input ends the data plane, however the owner ended.</summary>
internal sealed class OwnerPipe
{
    private readonly Interruption _interruption;
    private volatile Action? _answer;

    private OwnerPipe(Interruption interruption) => _interruption = interruption;

    /// <summary>Begins to listen.</summary>
    public static OwnerPipe Watch(Interruption interruption)
    {
        var pipe = new OwnerPipe(interruption);
        new Thread(pipe.Listen) { IsBackground = true, Name = "owner" }.Start();
        return pipe;
    }

    /// <summary>Answers from here on for a data plane.</summary>
    public void Answer(Composition composition)
    {
        var meter = composition.MeterIntervals();
        _answer = () =>
        {
            // What a reading costs is the measurement's, and none of the product's.
            using var booked = composition.BookAsWorkload("owner");
            Console.Out.WriteLine(PlaneReading.Write(meter.Cut(), composition.Counters));
            Console.Out.Flush();
        };
    }

    private void Listen()
    {
        using var input = Console.OpenStandardInput();
        while (input.ReadByte() is var octet and >= 0)
        {
            if (octet == '\n')
            {
                _answer?.Invoke();
            }
        }

        _interruption.Raise();
    }
}
