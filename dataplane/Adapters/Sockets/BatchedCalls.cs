using IpsecDp.Adapters.Linux;

namespace IpsecDp.Adapters.Sockets;

/// <summary>sendmmsg and recvmmsg with what every port does about interruptions and full queues.</summary>
internal static unsafe class BatchedCalls
{
    private const int WaitForRoom = 20;
    private const int RoomLooks = 5;

    /// <summary>Sends messages from the front; gives how many went, or the negative error number of the first.</summary>
    /// <remarks>A full socket is waited for a tenth of a second at most: what an interface cannot take by then is lost, as on any link.</remarks>
    public static int Send(int socket, Libc.Message* messages, int count)
    {
        var isRetried = false;
        for (var looks = 0; ;)
        {
            var sent = Libc.SendMessages(socket, messages, (uint)count, Libc.DontWait);
            if (sent > 0)
            {
                return sent;
            }

            var error = Libc.LastError;
            switch (error)
            {
                case Errno.Interrupted:
                    continue;

                case Errno.TryAgain or Errno.NoBufferSpace when looks < RoomLooks:
                    looks++;
                    AwaitRoom(socket);
                    continue;

                // An ICMP error about an earlier packet is reported once, at the cost of the packet at hand.
                case Errno.ConnectionRefused when !isRetried:
                    isRetried = true;
                    continue;

                default:
                    return -error;
            }
        }
    }

    /// <summary>Receives what is waiting; gives how many messages, 0 when nothing is, or the negative error number.</summary>
    public static int Receive(int socket, Libc.Message* messages, int count)
    {
        while (true)
        {
            var received = Libc.ReceiveMessages(socket, messages, (uint)count, Libc.DontWait, null);
            if (received >= 0)
            {
                return received;
            }

            var error = Libc.LastError;
            if (error != Errno.Interrupted)
            {
                return error == Errno.TryAgain ? 0 : -error;
            }
        }
    }

    private static void AwaitRoom(int socket)
    {
        var entry = new Libc.PollEntry { Descriptor = socket, Events = Libc.PollOut };
        _ = Libc.Poll(&entry, 1, WaitForRoom);
    }
}
